import type { WatchGroup } from '../../watch/group.ts';
import { newestGoodDay } from '../../watch/newest-good-day.ts';
import { runResults, type WatchStatus } from '../../watch/status.ts';
import { exposition, type Metric, ofServers, type Sample } from './exposition.ts';
import { auditMetrics } from './prometheus.ts';
import { coverageMetrics } from './prometheus-coverage.ts';

/**
 * What `/metrics` of a watch returns: its own health, its newest report and coverage; of several servers, with
 * the name of each as a label.
 */
export function watchExposition({ servers }: WatchGroup, now: number, version: string): string {
  const info: Metric = {
    name: 'kc_etl_watch_info',
    help: 'The version of kc-etl that watches; always 1.',
    samples: [{ labels: { version }, value: 1 }],
  };
  const [first] = servers;
  const own =
    first?.name === null
      ? serverMetrics(first.status, now)
      : ofServers(
          servers.map(({ name, status }) => ({
            server: name ?? '',
            metrics: serverMetrics(status, now),
          })),
        );
  return [...exposition([info, ...own])].join('');
}

function serverMetrics(status: WatchStatus, now: number): Metric[] {
  const { shown, coverage } = status;
  return [
    ...healthMetrics(status),
    ...dataMetrics(status, now),
    ...(shown === null ? [] : auditMetrics(shown.report)),
    ...(coverage === null ? [] : coverageMetrics(coverage)),
  ];
}

function healthMetrics(status: WatchStatus): Metric[] {
  const { startedAt, interval, runs, requests, evaluated, lastRun, lastComplete, nextRun } = status;
  return [
    {
      name: 'kc_etl_watch_start_time_seconds',
      help: 'When the watch started.',
      samples: single(startedAt / 1000),
    },
    {
      name: 'kc_etl_watch_interval_seconds',
      help: 'Time from the start of a run to the start of the next one.',
      samples: single(interval / 1000),
    },
    {
      name: 'kc_etl_watch_runs_total',
      help: 'Runs that ended: complete, incomplete (some requests failed) or failed (no new report).',
      type: 'counter',
      samples: runResults.map((result) => ({ labels: { result }, value: runs[result] })),
    },
    {
      name: 'kc_etl_watch_running',
      help: 'Whether a run is in progress (1) or not (0).',
      samples: single(nextRun === null ? 1 : 0),
    },
    {
      name: 'kc_etl_watch_last_run_timestamp_seconds',
      help: 'When the last run ended.',
      samples: lastRun === null ? [] : single(lastRun.end / 1000),
    },
    {
      name: 'kc_etl_watch_last_run_duration_seconds',
      help: 'How long the last run took.',
      samples: lastRun === null ? [] : single((lastRun.end - lastRun.start) / 1000),
    },
    {
      name: 'kc_etl_watch_last_run_success',
      help: 'Whether the last run could read everything (1) or not (0).',
      samples: lastRun === null ? [] : single(lastRun.result === 'complete' ? 1 : 0),
    },
    {
      name: 'kc_etl_watch_last_success_timestamp_seconds',
      help: 'When a run that could read everything last ended; absent before the first one.',
      samples: lastComplete === null ? [] : single(lastComplete / 1000),
    },
    {
      name: 'kc_etl_watch_next_run_timestamp_seconds',
      help: 'When the next run starts; absent while one is in progress.',
      samples: nextRun === null ? [] : single(nextRun / 1000),
    },
    {
      name: 'kc_etl_watch_requests_total',
      help: 'Requests to the server by result, retries not counted; failed: no answer, an error, or not allowed.',
      type: 'counter',
      samples: Object.entries(requests).map(([result, value]) => ({ labels: { result }, value })),
    },
    {
      name: 'kc_etl_watch_windows_evaluated_total',
      help: 'Days that were requested and evaluated; the others were read from the store.',
      type: 'counter',
      samples: single(evaluated),
    },
  ];
}

function dataMetrics({ shown }: WatchStatus, now: number): Metric[] {
  const good = shown === null ? null : newestGoodDay(shown.report.audits);
  return [
    {
      name: 'kc_etl_newest_good_day_timestamp_seconds',
      help: 'End of the newest settled day of which an audit passed and none failed.',
      samples: good === null ? [] : single(good / 1000),
    },
    {
      name: 'kc_etl_newest_good_day_age_seconds',
      help: 'Time since the end of the newest good day; absent where no watched day is good.',
      samples: good === null ? [] : single((now - good) / 1000),
    },
    {
      name: 'kc_etl_watch_windows',
      help: 'Settled days in the report.',
      samples:
        shown === null
          ? []
          : single(new Set(shown.report.audits.map(({ window }) => window.start)).size),
    },
  ];
}

function single(value: number): Sample[] {
  return [{ labels: {}, value }];
}
