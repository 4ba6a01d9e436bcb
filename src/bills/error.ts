import { DataError } from '../errors.ts';

/** A bill that cannot be used: no sum of a part of it is ever reported. */
export class BillError extends DataError {}
