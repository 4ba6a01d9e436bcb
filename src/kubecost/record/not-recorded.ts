import { DataError } from '../../errors.ts';
import type { RecordedAnswer } from './manifest.ts';

/** At most so many requests are listed in a hint. */
const maxListed = 8;

/** A recording has no response to the request: another command or window was recorded. */
export class NotRecordedError extends DataError {
  /** The paths of the requests that the recording answers. */
  readonly paths: ReadonlySet<string>;

  constructor(directory: string, request: string, answers: readonly RecordedAnswer[]) {
    const answered = answers.filter(({ failure }) => failure === null);
    super(`the recording ${directory} has no response to ${request}`, hintOf(answered));
    this.paths = new Set(answered.map(({ path }) => path));
  }
}

/** What the recording answers, and how to use it. */
function hintOf(answered: readonly RecordedAnswer[]): string {
  const requests = [...new Set(answered.map(requestText))];
  if (requests.length === 0) return 'it has no responses; record again with --record';
  const more = requests.length - maxListed;
  const list = requests.slice(0, maxListed).join(', ') + (more > 0 ? ` and ${more} more` : '');
  const windows = [...new Set(answered.flatMap(({ params }) => params['window'] ?? []))];
  const window = windows.length === 1 ? ` of ${windows[0]}` : '';
  return `it has responses to ${list}${window}: use the command, --window, --type and --aggregate that it was made with, or record again with --record`;
}

function requestText({ path, params }: RecordedAnswer): string {
  const { aggregate } = params;
  return aggregate === undefined ? path : `${path} by ${aggregate}`;
}
