import { DataError } from '../../errors.ts';

/** A recording has no answer to the request: another command or window was recorded. */
export class NotRecordedError extends DataError {}
