import { describe, expect, test } from 'vitest';
import { FrameScanner } from '../../src/kubecost/zstd.ts';

/** Frames as libzstd writes them, in base64. */
const frames: Readonly<Record<string, string>> = {
  text: 'KLUv/SA/+QEAeyJjb2RlIjoyMDAsImRhdGEiOnsiY291bnRlcnMiOnsiQXNzZXRTZXRTYXZlZCI6N30sImFzc2V0IjpbXX19',
  'with a checksum': 'KLUv/WRoAJ0AAGB7ImNvZGUiOjIwMH0BAFlXSxJ+829i',
  nothing: 'KLUv/SAAAQAA',
  repeated: 'KLUv/aDgkwQAVAAAEGFhAQD7/znAAgIAEGEDnwRh',
  'without the size of its content': 'KLUv/QAAZQAAKG5hbWUgAQDgURUt',
  skippable: 'WipNGAMAAAABAgM=',
};

const frame = (name: string) => Buffer.from(frames[name] ?? '', 'base64');

describe.each(Object.keys(frames))('the end of a frame: %s', (name) => {
  test.each([1, 2, 3, 7, 1_000])('in chunks of %i', (size) => {
    const bytes = Buffer.concat([frame(name), Buffer.from('behind')]);
    const scanner = new FrameScanner();
    let end = 0;
    for (let at = 0; !scanner.isComplete && at < bytes.length; at += size) {
      end = at + scanner.push(bytes.subarray(at, at + size));
    }
    expect(end).toBe(frame(name).length);
  });

  test('is not found where any number of bytes is missing', () => {
    for (let length = 0; length < frame(name).length; length++) {
      const scanner = new FrameScanner();
      expect(scanner.push(frame(name).subarray(0, length))).toBe(length);
      expect(scanner.isComplete).toBe(false);
    }
  });
});

test('what is no frame is an error', () => {
  expect(() => new FrameScanner().push(Buffer.from('{"code":200}'))).toThrow('KC_ETL_BAD_ENCODING');
});
