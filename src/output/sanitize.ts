import { onOneLine, stripUnsafe } from '../text-safety.ts';

/** Text on one line, safe to print on a terminal. */
export const sanitize = onOneLine;

/** Text of several lines without control characters; tabs and line breaks stay. */
export const visible = stripUnsafe;
