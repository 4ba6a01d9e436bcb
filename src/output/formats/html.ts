import type { Format } from '../render.ts';

export const html: Format = {};
