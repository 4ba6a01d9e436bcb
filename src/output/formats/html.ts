import type { Format } from '../renderer.ts';
import { page } from './html/page.ts';

/** One self-contained page: no script, style, font or image from elsewhere. */
export const html: Format = {
  audits: ({ report, entries }) => page(report, entries),
  differences: ({ report, entries }) => page(report, entries),
};
