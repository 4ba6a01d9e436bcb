import { oneOf } from '../config/option.ts';
import { UsageError } from '../errors.ts';
import { type FormatName, formatNames } from '../output/formats/names.ts';

/** A further report, into a file, a FIFO, a device or stdout (`-`). */
export interface ReportRequest {
  readonly format: FormatName;
  readonly path: string;
}

/** @throws UsageError where it is not `format=path`, or the format is not known */
export function parseReport(text: string, source: string): ReportRequest {
  const [, format, path] = /^([^=]*)=(.+)$/s.exec(text) ?? [];
  if (format === undefined || path === undefined) {
    throw new UsageError(
      `${source}: '${text}' is not a format and a path`,
      `for example ${source} junit=audit.xml`,
    );
  }
  return { format: oneOf(format, formatNames, source), path };
}
