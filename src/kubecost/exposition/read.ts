import { DataError } from '../../errors.ts';
import { limited } from '../json/size-limit.ts';
import { ExpositionError, parseSample, type Sample } from './sample.ts';

/** Longest line; a label value can be long, but a body without line ends must not fill the memory. */
const maxLine = 0x10_0000;

/** Lines of an exposition that are not valid. */
export interface InvalidLines {
  count: number;
  /** The first of them, as `line 17: …`; empty where there are none. */
  first: string;
}

/**
 * Reads an exposition in the Prometheus text format or OpenMetrics as it arrives, and passes on its
 * samples. Lines that are not valid are counted and left out.
 *
 * @param accept whether a sample of this line may be wanted: a cheap check before it is parsed
 * @throws DataError where the body is cut off: its last line has no end, or OpenMetrics no `# EOF`
 */
export async function readExposition(
  body: AsyncIterable<Uint8Array>,
  accept: (line: string) => boolean,
  emit: (sample: Sample) => void,
): Promise<InvalidLines> {
  const invalid: InvalidLines = { count: 0, first: '' };
  const decoder = new TextDecoder();
  let [rest, number, isOpenMetrics, hasEnd] = ['', 0, false, false];
  for await (const chunk of limited(body)) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > maxLine)
      throw new DataError(`/metrics has a line of more than ${maxLine} characters`);
    for (const text of lines) {
      const line = text.trim();
      number++;
      if (line.startsWith('#')) {
        // OpenMetrics has units and an end, and so tells itself from the older format
        isOpenMetrics ||= /^# UNIT /.test(line);
        hasEnd ||= line === '# EOF';
        continue;
      }
      if (line === '' || !accept(line)) continue;
      try {
        emit(parseSample(line));
      } catch (error) {
        if (!(error instanceof ExpositionError)) throw error;
        if (invalid.count++ === 0) invalid.first = `line ${number}: ${error.message}`;
      }
    }
  }
  rest += decoder.decode();
  const isCut = rest !== '' ? rest.trim() !== '# EOF' : isOpenMetrics && !hasEnd;
  if (isCut) throw new DataError('/metrics is cut off: its last line is not complete');
  return invalid;
}
