import type { Format } from '../renderer.ts';
import { page } from './html/page.ts';
import { serversPage } from './html/servers.ts';
import { trendPage } from './html/trend.ts';

/** One self-contained page: no script, style, font or image from elsewhere. */
export const html: Format = {
  audits: page,
  differences: page,
  servers: serversPage,
  trend: trendPage,
};
