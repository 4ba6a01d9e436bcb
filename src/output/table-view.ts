import { timeText } from './format.ts';
import type { RenderContext } from './renderer.ts';
import type { TableOptions } from './table.ts';
import type { Theme } from './theme.ts';

/** Options of a table that may be `columns` wide. */
export function layout(
  { unicode, view }: RenderContext,
  theme: Theme,
  columns: number | undefined,
): TableOptions & { readonly headless: boolean } {
  return {
    columns,
    ellipsis: unicode ? '…' : '...',
    heading: theme.heading,
    headless: view?.headers === false,
  };
}

/** The name of the zone of timestamps: `UTC`. */
export function zoneName({ view }: RenderContext): string {
  return view?.zone?.name ?? 'UTC';
}

/** Text of a timestamp in the zone that was asked for; with `exact`, all digits and the offset. */
export function zonedTime(time: string, exact: boolean, { view }: RenderContext): string {
  if (!view?.zone) return timeText(time, exact);
  const converted = view.zone.convert(time);
  // the head names the zone
  return timeText(exact ? converted : converted.replace(/[+-]\d\d:\d\d$/, 'Z'), exact);
}

/** A timestamp in a sentence, with its zone: `2026-11-28 00:00:00 UTC`. */
export function stampText(time: string, context: RenderContext): string {
  return `${zonedTime(time, false, context)} ${zoneName(context)}`;
}
