import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { DataError, UsageError } from '../errors.ts';
import type { FormatName } from '../output/formats/names.ts';
import { formatsOf, type RenderContext, render } from '../output/render.ts';
import type { Result, ResultKind } from '../output/result.ts';
import { redact } from '../redaction.ts';
import type { Deps } from './command.ts';
import type { ReportRequest } from './report-option.ts';
import { reasonOf } from './saved-report.ts';

/** Files that wait for a result. What was not written is gone after `close`. */
export interface Reports {
  write(result: Result, secrets: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

interface OpenReport {
  readonly format: FormatName;
  /** As the user wrote it, for errors. */
  readonly path: string;
  readonly file: FileHandle;
  /** Puts the written file where it belongs. */
  readonly finish: () => Promise<void>;
  readonly discard: () => Promise<void>;
  /** The most it may hold, in bytes. */
  readonly limit: number;
}

const inFile: RenderContext = { columns: undefined, colorLevel: 0, unicode: true };

/** GitHub refuses a summary above 1 MiB; a step may write several. */
const summaryLimit = 900_000;

/**
 * Opens the files of `--report`, so that a path that cannot be written is known before anything
 * runs. Each is written beside its place and renamed at the end: nobody sees half of one. Where the
 * result is printed or reported as `github`, the step summary gets it as markdown.
 *
 * @throws UsageError naming the path, or the format that cannot hold this kind of result
 */
export async function openReports(
  requests: readonly ReportRequest[],
  kind: ResultKind,
  printed: FormatName,
  env: Deps['env'],
): Promise<Reports> {
  check(requests, kind);
  const reports: OpenReport[] = [];
  const close = async () => {
    for (const report of reports.splice(0)) await report.discard();
  };
  try {
    for (const request of requests) reports.push(await openBeside(request));
    const summary = env['GITHUB_STEP_SUMMARY'];
    const onGitHub = printed === 'github' || requests.some(({ format }) => format === 'github');
    const markdown = formatsOf(kind).find((format) => String(format) === 'markdown');
    if (summary && onGitHub && markdown) reports.push(await openSummary(summary, markdown));
  } catch (error) {
    await close();
    throw error;
  }
  return {
    async write(result, secrets) {
      while (reports[0]) {
        await writeOne(reports[0], result, secrets);
        reports.shift();
      }
    },
    close,
  };
}

function check(requests: readonly ReportRequest[], kind: ResultKind): void {
  const offered = formatsOf(kind);
  const paths = new Set<string>();
  for (const { format, path } of requests) {
    if (!offered.includes(format)) {
      throw new UsageError(
        `--report: this result cannot be written as ${format}`,
        `it takes ${offered.join(', ')}`,
      );
    }
    if (paths.has(resolve(path))) throw new UsageError(`--report: ${path} is named twice`);
    paths.add(resolve(path));
  }
}

async function openBeside({ format, path }: ReportRequest): Promise<OpenReport> {
  const place = resolve(path);
  const beside = join(dirname(place), `.${basename(place)}.${process.pid}.tmp`);
  await refuseDirectory(place, path);
  const file = await opened(beside, path, 'wx');
  return {
    format,
    path,
    file,
    limit: Number.POSITIVE_INFINITY,
    async finish() {
      await file.close();
      await rename(beside, place);
    },
    async discard() {
      await file.close();
      await rm(beside, { force: true });
    },
  };
}

async function openSummary(path: string, format: FormatName): Promise<OpenReport> {
  const file = await opened(path, path, 'a');
  const close = () => file.close();
  return { format, path, file, limit: summaryLimit, finish: close, discard: close };
}

/** What a rename would only find out at the end. */
async function refuseDirectory(place: string, path: string): Promise<void> {
  const { stat } = await import('node:fs/promises');
  const found = await stat(place).catch(() => null);
  if (found?.isDirectory()) throw new UsageError(`--report: ${path} is a directory`);
}

async function opened(place: string, path: string, mode: 'wx' | 'a'): Promise<FileHandle> {
  try {
    return await open(place, mode);
  } catch (error) {
    throw new UsageError(
      `--report: ${path} cannot be written: ${reasonOf(error)}`,
      'the folder has to exist and be writable',
    );
  }
}

async function writeOne(
  report: OpenReport,
  result: Result,
  secrets: readonly string[],
): Promise<void> {
  try {
    let left = report.limit;
    for await (const piece of render(result, report.format, inFile)) {
      const text = redact(piece, secrets);
      const size = Buffer.byteLength(text);
      if (size > left) {
        await report.file.write('\n… and more than a step summary can hold\n');
        break;
      }
      left -= size;
      await report.file.write(text);
    }
    await report.finish();
  } catch (error) {
    throw new DataError(`--report: ${report.path} could not be written: ${reasonOf(error)}`);
  }
}
