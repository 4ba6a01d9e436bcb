import type { Format } from '../renderer.ts';
import { page } from './html/page.ts';

/** One page that needs nothing else: no script, style, font or picture from elsewhere. */
export const html: Format = {
  audits: ({ report, findings }) => page(report, findings),
  differences: ({ report, findings }) => page(report, findings),
};
