import type { ImageState, RoiState } from "../../src/contract";
import type { Plot } from "../../src/image_viewer/geometry";

/** A calibrated recording of 1000 lines of 20 pixels. */
export const image: ImageState = {
  token: "t",
  name: "a.tif",
  lines: 1000,
  columns: 20,
  channels: 1,
  seconds_per_line: 0.01,
  um_per_pixel: 0.5,
  is_time_known: true,
  is_space_known: true,
  value_kind: "uint16",
  tile_rows: 128,
  tile_columns: 20,
  levels: 1,
  top_block: 1,
};

/** A thousand pixels for the whole recording: one for each line, ten for each position. */
export const plot: Plot = {
  box: { left: 0, top: 0, right: 1000, bottom: 200 },
  time: { start: 0, stop: 10 },
  position: { start: 0, stop: 10 },
};

export function rect(roi_id: number, bounds: RoiState["bounds"], name = ""): RoiState {
  return { roi_id, kind: "rect", bounds, name, is_locked: false };
}
