import { expect, test } from "vitest";
import { goneWriters, visitorSecret } from "../../src/save_bar/page";

function browser(held = new Map<string, string>()) {
  const localStorage = {
    getItem: (key: string) => held.get(key) ?? null,
    setItem: (key: string, value: string) => held.set(key, value),
  } as unknown as Storage;
  return { localStorage, crypto };
}

test("a browser keeps its secret, and another one has another", () => {
  const held = new Map<string, string>();
  const secret = visitorSecret(browser(held));
  expect(secret).toMatch(/^[0-9a-f]{32}$/);
  expect(visitorSecret(browser(held))).toBe(secret);
  expect(visitorSecret(browser())).not.toBe(secret);
});

test("what is no secret of ours is replaced", () => {
  expect(visitorSecret(browser(new Map([["cloudscope.visitor", "1"]])))).toMatch(/^[0-9a-f]{32}$/);
});

test("without storage there is no secret", () => {
  const broken = { crypto, get localStorage(): Storage { throw new Error("switched off"); } };
  expect(visitorSecret(broken)).toBe("");
});

test("a page is gone when it holds its lock no longer", () => {
  expect(goneWriters(["a1", "b2"], [])).toEqual(["a1", "b2"]);
  expect(goneWriters(["a1", "b2"], ["cloudscope.writer.a1", "another"])).toEqual(["b2"]);
});
