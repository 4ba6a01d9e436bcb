import { AuthError, DataError, KcEtlError } from '../../errors.ts';
import type { Client } from '../../kubecost/client.ts';
import { createCostSource } from '../../kubecost/cost-source.ts';
import { EndpointNotFoundError, failureBehind } from '../../kubecost/failure.ts';
import { readDocument } from '../../kubecost/json/document.ts';
import type { Billing } from '../../reconciliation/billing.ts';
import { clustersElsewhere } from '../../repair/clusters.ts';
import type { DayEvidence, ExpectedNode, Known, ServerEvidence } from '../../repair/evidence.ts';
import { deadlineOf } from '../../repair/plan.ts';
import type { StoredTotals } from '../../repair/schema.ts';
import type { RepairAnswer, RepairProgress, RepairSource } from '../../repair/source.ts';
import { type RepairStore, repairStores, storeNames } from '../../repair/stores.ts';
import { day as dayLength, formatSpan, type Span } from '../../time.ts';
import type { Context } from '../command.ts';
import { requestLog } from '../events/read-log.ts';
import { createReconciliationSource } from '../reconciliation/source.ts';
import { RepairEvents } from './events.ts';
import { readHourlySamples } from './samples.ts';
import { type ServerFacts, unsupportedReason } from './server-facts.ts';
import { SetFiles } from './set-files.ts';
import { nodesAround, readStoredAssets, readStoredTotals } from './sets.ts';

interface SourceContext {
  readonly client: Client;
  readonly context: Context;
  /** Whether bills count: only then is `/cloudCost` requested. */
  readonly withBills: boolean;
  /** The only cluster that the server builds; null: all that it knows. */
  readonly cluster: string | null;
}

/** The server of a repair over HTTP. */
export class HttpRepairSource implements RepairSource {
  readonly #client: Client;
  readonly #context: Context;
  readonly #withBills: boolean;
  readonly #facts: ServerFacts;
  readonly #cluster: string | null;
  readonly #files: SetFiles;
  #isBilled: boolean | null | undefined;

  constructor({ client, context, withBills, cluster }: SourceContext, facts: ServerFacts) {
    this.#client = client;
    this.#context = context;
    this.#withBills = withBills;
    this.#facts = facts;
    this.#cluster = cluster;
    this.#files = new SetFiles(client, { cluster, clock: context.deps.clock });
  }

  async server(): Promise<ServerEvidence> {
    const { product, retention } = this.#facts;
    const now = await serverTime(this.#client, this.#context);
    if (this.#isBilled === undefined) {
      this.#isBilled = this.#withBills ? await this.#readBilling() : null;
    }
    return { now, unsupported: unsupportedReason(product), retention, isBilled: this.#isBilled };
  }

  async #readBilling(): Promise<boolean | null> {
    const { client, product, signal } = {
      ...this.#facts,
      client: this.#client,
      signal: this.#context.deps.signal,
    };
    const end = Math.floor(this.#context.deps.clock.now() / dayLength) * dayLength;
    const metric = 'amortizedNetCost';
    const billing: Billing = await createReconciliationSource({
      client,
      product,
      metric,
      signal,
      end,
    }).billing();
    const some = (billing.integrations?.length ?? 0) + (billing.providers?.size ?? 0) > 0;
    return some ? true : billing.failure === null ? false : null;
  }

  async evidence(day: Span): Promise<DayEvidence> {
    const costs = this.#costs();
    const at = (offset: number) => ({
      start: day.start + offset * dayLength,
      end: day.end + offset * dayLength,
    });
    const own = await readStoredAssets(costs, day);
    const before = await readStoredAssets(costs, at(-1));
    const after = await readStoredAssets(costs, at(1));
    const stored = new Map<RepairStore, Known<StoredTotals>>([
      ['asset', 'failure' in own ? own : { value: own.value.totals }],
      ['allocation', await readStoredTotals(costs, 'allocation', day)],
    ]);
    if (this.#withBills) stored.set('cloudCost', await readStoredTotals(costs, 'cloudCost', day));
    const filesOf = await this.#files.read();
    const repairing = new Set(
      storeNames.filter((store) => filesOf(store, day).some((file) => file.repairing)),
    );
    const samples = await this.#samples(day);
    const expected = expectedNodes(day, { own, before, after });
    const isKnown = samples !== null && 'value' in samples && 'value' in expected;
    return {
      day,
      samples,
      expected: this.#inCluster(expected),
      elsewhere: isKnown ? clustersElsewhere(expected.value, samples.value) : [],
      stored,
      repairing,
    };
  }

  #inCluster(expected: Known<readonly ExpectedNode[]>): Known<readonly ExpectedNode[]> {
    if (this.#cluster === null || 'failure' in expected) return expected;
    const prefix = `${this.#cluster}/`;
    return { value: expected.value.filter(({ key }) => key.startsWith(prefix)) };
  }

  async #samples(day: Span): Promise<DayEvidence['samples']> {
    const deadline = deadlineOf(day.start, this.#facts.retention);
    if (deadline !== null && (await serverTime(this.#client, this.#context)) > deadline)
      return null;
    try {
      return { value: await readHourlySamples(this.#client, day, this.#facts.clusterId) };
    } catch (error) {
      if (error instanceof EndpointNotFoundError) {
        return { failure: 'the server does not pass queries on to Prometheus (/prometheusQuery)' };
      }
      if (error instanceof DataError) return { failure: error.message };
      throw error;
    }
  }

  stored(store: RepairStore, day: Span) {
    return readStoredTotals(this.#costs(), store, day);
  }

  async send(store: RepairStore, day: Span): Promise<RepairAnswer> {
    try {
      await this.#client.getOnce(
        repairStores[store].path,
        { window: formatSpan(day) },
        readDocument,
      );
      return { kind: 'accepted' };
    } catch (error) {
      if (!(error instanceof KcEtlError)) throw error;
      const status = failureBehind(error)?.status ?? null;
      const isRejected =
        error instanceof AuthError ||
        error instanceof EndpointNotFoundError ||
        (status !== null && status < 500);
      if (!isRejected && !(error instanceof DataError)) throw error;
      return { kind: isRejected ? 'rejected' : 'unknown', reason: error.message };
    }
  }

  async progress(store: RepairStore, day: Span, sent: number): Promise<RepairProgress> {
    try {
      const files = await this.#files.of(store, day);
      const repairing = files.some((file) => file.repairing);
      const written = files.filter(({ modified }) => modified !== null && modified >= sent);
      const events = store === 'cloudCost' ? null : await this.#events(store, day, sent);
      const error = events?.found.get('error') ?? (events ? null : written[0]?.errors[0]) ?? null;
      const isListed = store !== 'cloudCost' && files.length > 0;
      const saved = events ? events.found.has('saved') : isListed ? written.length > 0 : null;
      return { saved, error, repairing, restarted: events?.found.has('loaded') ?? false };
    } catch (error) {
      // a server that restarts does not answer for a while
      if (!(error instanceof DataError)) throw error;
      return { saved: false, error: null, repairing: true, restarted: false };
    }
  }

  async backupFile(store: RepairStore, day: Span): Promise<string | null> {
    const [file] = await this.#files.of(store, day);
    return file ? `${file.directory}/${file.start / 1000}-${file.end / 1000}` : null;
  }

  #costs() {
    const { product } = this.#facts;
    const meter = { bytes: 0, rows: 0, moved() {} };
    const context = {
      client: this.#client,
      product,
      metric: 'netCost' as const,
      withProperties: false,
      meter,
    };
    return createCostSource(context, this.#context.deps.signal);
  }

  /** Null where the server has no log. */
  async #events(
    store: 'asset' | 'allocation',
    day: Span,
    since: number,
  ): Promise<RepairEvents | null> {
    try {
      const kinds = [store === 'asset' ? 'AssetSet' : 'AllocationSet'];
      const read = await requestLog(
        this.#client,
        { window: null, kinds },
        () => new RepairEvents(store, day, since),
      );
      return read.sink;
    } catch (error) {
      if (error instanceof EndpointNotFoundError) return null;
      throw error;
    }
  }
}

type StoredDay = Awaited<ReturnType<typeof readStoredAssets>>;

/** Nodes of the stored set, and those that both neighbouring days have. */
function expectedNodes(
  day: Span,
  { own, before, after }: Readonly<Record<'own' | 'before' | 'after', StoredDay>>,
): Known<readonly ExpectedNode[]> {
  const failed = [own, before, after].find((one) => 'failure' in one);
  if (failed && 'failure' in failed) return failed;
  if ('failure' in own || 'failure' in before || 'failure' in after) throw new Error('unreachable');
  return {
    value: [...own.value.nodes, ...nodesAround(day, before.value.nodes, after.value.nodes)],
  };
}

/** The server's clock; this machine's where it sends no Date header. */
async function serverTime(client: Client, { deps }: Context): Promise<number> {
  try {
    const date = await client.get('/productConfigs', {}, async (answer) => {
      await readDocument(answer);
      return answer.date;
    });
    return date ?? deps.clock.now();
  } catch (error) {
    if (error instanceof DataError) return deps.clock.now();
    throw error;
  }
}
