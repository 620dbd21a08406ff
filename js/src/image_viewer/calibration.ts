import type { ImageState } from "../contract";

/** What is not known of the calibration, what it means and how to set it; empty where all is known. */
export function calibrationHint({ is_time_known: hasTime, is_space_known: hasSpace }: Pick<ImageState, "is_time_known" | "is_space_known">): string {
  if (hasTime && hasSpace) return "";
  const missing = hasTime ? "No size of a pixel" : hasSpace ? "No time of a line" : "No calibration";
  const counted = hasTime ? "Positions count pixels" : hasSpace ? "The time axis counts lines" : "Axes count lines and pixels";
  const values = [...(hasTime ? [] : ["seconds_per_line=0.0012"]), ...(hasSpace ? [] : ["um_per_pixel=0.25"])].join(", ");
  return `${missing}. ${counted}. Set it in Python, for instance session.acquisition.update_calibration(${values}).`;
}
