import { describe, expect, it } from 'vitest';
import { looksLikeHtml, readJson } from '../../../../src/probe/http/strict-json.ts';

describe('strict JSON', () => {
  it.each(['{"a":[1,2,{"b":null}]}', ' [] ', '"NaN"', '0'])('reads %s', (text) => {
    expect(readJson(Buffer.from(text))).toEqual({ ok: true, value: JSON.parse(text) });
  });

  it.each<[string, Buffer, string]>([
    ['nothing', Buffer.alloc(0), 'the body is empty'],
    ['a byte order mark', Buffer.from('\uFEFF{}'), 'the body begins with a byte order mark'],
    ['invalid UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'the body is not valid UTF-8'],
    ['NaN', Buffer.from('{"a": NaN}'), 'the body contains NaN'],
    ['Infinity', Buffer.from('[1,-Infinity]'), 'the body contains -Infinity'],
    ['a web page', Buffer.from('<!doctype html><html></html>'), 'the body is a web page (HTML)'],
    ['a cut', Buffer.from('{"a":tr'), 'the body is not JSON ('],
    ['trailing text', Buffer.from('{"ok":true}FAILED'), 'the body is not JSON ('],
  ])('refuses %s', (_, body, why) => {
    const reading = readJson(body);
    expect(reading).toMatchObject({ ok: false });
    expect(!reading.ok && reading.why).toContain(why);
  });
});

it.each([
  ['<!DOCTYPE html>', true],
  ['\n  <html lang="en">', true],
  ['<!-- build 7 --><html>', true],
  ['<?xml version="1.0"?><a/>', false],
  ['{"html":"<html>"}', false],
])('%s is a page: %s', (text, expected) => {
  expect(looksLikeHtml(text)).toBe(expected);
});
