import { expect, test } from "vitest";
import { markOf } from "../../src/file_browser/row";
import { fittedName } from "../../src/shared/text_width";
import { row } from "./fixtures";

const SEVEN_PX = (text: string) => text.length * 7;

test("what cannot be read comes before the verdict", () => {
  expect(markOf(row("a", { review: "accepted" }))).toEqual({ icon: "check", name: "accepted" });
  expect(markOf(row("a"))).toEqual({ icon: null, name: "to review" });
  expect(markOf(row("a", { problem: "image", review: "accepted" })).icon).toBe("error");
  expect(markOf(row("a", { problem: "saved" })).icon).toBe("warn");
});

test("a name is cut only as far as its column asks for, and keeps its number", () => {
  expect(fittedName("Capillary1_0001", 200, SEVEN_PX)).toBe("Capillary1_0001");
  const cut = fittedName("20251204_A117_0001", 100, SEVEN_PX);
  expect(SEVEN_PX(cut)).toBeLessThanOrEqual(100);
  expect(cut).toBe("202…A117_0001");
  expect(fittedName("20251204_A117_0001", 0, SEVEN_PX)).toHaveLength(4);
});
