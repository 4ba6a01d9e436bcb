import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { DataError, UsageError } from '../errors.ts';
import type { FormatName } from '../output/formats/names.ts';
import type { RenderContext } from '../output/renderer.ts';
import type { ResultKind } from '../output/result.ts';
import { redact } from '../redaction.ts';
import type { Outcome } from './command.ts';
import type { Deps } from './deps.ts';
import type { ReportRequest } from './report-option.ts';
import { reasonOf } from './saved/report.ts';

/** Files that wait for a result. What was not written is gone after `close`. */
export interface Reports {
  write(outcome: Outcome, secrets: readonly string[]): Promise<void>;
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
  /** What stands before the result. */
  readonly intro: (outcome: Outcome) => string;
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
  const { formatsOf } = await import('../output/render.ts');
  check(requests, formatsOf(kind));
  const reports: OpenReport[] = [];
  const close = async () => {
    for (const report of reports.splice(0)) await report.discard();
  };
  try {
    for (const request of requests) reports.push(await openBeside(request));
    const summary = env['GITHUB_STEP_SUMMARY'];
    const onGitHub = printed === 'github' || requests.some(({ format }) => format === 'github');
    if (summary && onGitHub) reports.push(await openSummary(summary));
  } catch (error) {
    await close();
    throw error;
  }
  return {
    async write(outcome, secrets) {
      while (reports[0]) {
        await writeOne(reports[0], outcome, secrets);
        reports.shift();
      }
    },
    close,
  };
}

function check(requests: readonly ReportRequest[], offered: readonly FormatName[]): void {
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
    intro: () => '',
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

/** The summary is GitHub's file, to which a step adds. */
async function openSummary(path: string): Promise<OpenReport> {
  const file = await opened(path, path, 'a');
  const close = () => file.close();
  return {
    format: 'markdown',
    path,
    file,
    limit: summaryLimit,
    intro: ({ verdict, exitCode }) =>
      verdict === undefined ? '' : `${exitCode === 0 ? '✅' : '❌'} kc-etl: ${verdict}\n\n`,
    finish: close,
    discard: close,
  };
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
  outcome: Outcome,
  secrets: readonly string[],
): Promise<void> {
  try {
    const { render } = await import('../output/render.ts');
    let left = report.limit;
    await report.file.write(report.intro(outcome));
    for await (const piece of render(outcome.result, report.format, inFile)) {
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
