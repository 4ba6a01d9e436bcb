import { day, hour, type Span } from '../../time.ts';
import {
  lastPricedHour,
  misspelledCluster,
  nodeAddress,
  secondProviderID,
} from '../build/fault-names.ts';
import { overlap } from '../time.ts';
import type { Cluster } from '../world/clusters.ts';
import { type Node, nodesIn } from '../world/nodes.ts';
import { podName, podsIn } from '../world/pods.ts';
import { volumesOf } from '../world/volumes.ts';
import type { World } from '../world/world.ts';
import { daysOf, type Samples } from './samples.ts';

/** A series with the spans in which it has samples. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  readonly spans: readonly Span[];
}

export interface SeriesSource {
  readonly world: World;
  readonly samples: Samples;
  readonly now: number;
}

type Generate = (source: SeriesSource, window: Span) => Iterable<Series>;

/** Metrics of the simulated Prometheus, by name. */
const metrics: Readonly<Record<string, Generate>> = {
  up: (source, window) => upSeries(source, window),
  node_total_hourly_cost: priceSeries(({ slot }) => {
    const { type } = slot;
    const listed = type.cores * slot.coreHour + type.ramGiB * slot.gibHour;
    return listed * (1 - slot.discount) + type.gpus * slot.gpuHour;
  }),
  node_cpu_hourly_cost: priceSeries(({ slot }) => slot.coreHour * (1 - slot.discount)),
  node_ram_hourly_cost: priceSeries(({ slot }) => slot.gibHour * (1 - slot.discount)),
  node_gpu_hourly_cost: priceSeries(({ slot }) => slot.gpuHour),
  kube_node_info: nodeSeries(() => [{ value: 1 }]),
  kube_node_status_capacity: nodeSeries(capacities),
  kube_node_status_capacity_cpu_cores: nodeSeries(({ slot }) => [{ value: slot.type.cores }]),
  kube_node_status_capacity_memory_bytes: nodeSeries(({ slot }) => [
    { value: slot.type.ramGiB * 2 ** 30 },
  ]),
  container_cpu_allocation: containerSeries((cores) => cores),
  kube_pod_container_status_running: containerSeries(() => 1),
  pv_hourly_cost: volumeSeries(({ price }) => price),
  kube_persistentvolume_capacity_bytes: volumeSeries(({ bytes }) => bytes),
};

/** Series of a metric with samples in the window; none for an unknown metric. */
export function* seriesOf(metric: string, source: SeriesSource, window: Span): Generator<Series> {
  const generate = Object.hasOwn(metrics, metric) ? metrics[metric] : undefined;
  if (!generate) return;
  const available = source.samples.available(window, source.now);
  for (const one of generate(source, window)) {
    const spans = one.spans.flatMap((span) =>
      available.flatMap((part) => overlap(span, part) ?? []),
    );
    if (spans.length === 0) continue;
    yield { ...one, labels: { __name__: metric, ...one.labels }, spans };
  }
}

export const metricNames = Object.keys(metrics);

function* upSeries({ world }: SeriesSource, window: Span): Generator<Series> {
  for (const { id } of world.clusters) {
    for (const job of ['opencost', 'kube-state-metrics', 'kubernetes-cadvisor']) {
      yield { labels: { cluster_id: id, job }, value: 1, spans: [window] };
    }
  }
}

interface NodeOnDay {
  readonly node: Node;
  readonly cluster: Cluster;
  readonly dayStart: number;
  readonly span: Span;
}

/** Nodes by day, because faults change the labels of a day. */
function* nodeDays({ world }: SeriesSource, window: Span): Generator<NodeOnDay> {
  for (const cluster of world.clusters) {
    for (const slot of world.slots(cluster)) {
      for (const dayStart of daysOf(window)) {
        const part = overlap(window, { start: dayStart, end: dayStart + day });
        if (!part) continue;
        for (const node of nodesIn(slot, part)) {
          const span = overlap(node, part);
          if (span) yield { node, cluster, dayStart, span };
        }
      }
    }
  }
}

function nodeSeries(
  values: (node: Node) => readonly { value: number; labels?: Record<string, string> }[],
): Generate {
  return function* (source, window) {
    for (const { node, cluster, span } of nodeDays(source, window)) {
      for (const { value, labels } of values(node)) {
        const own = { cluster_id: cluster.id, node: node.name, ...labels };
        yield { labels: own, value, spans: [span] };
      }
    }
  };
}

function capacities({ slot: { type } }: Node) {
  const of = (resource: string, unit: string, value: number) => ({
    value,
    labels: { resource, unit },
  });
  return [of('cpu', 'core', type.cores), of('memory', 'byte', type.ramGiB * 2 ** 30)];
}

/** Price series of nodes, which several faults change. */
function priceSeries(price: (node: Node) => number): Generate {
  return function* (source, window) {
    const { samples } = source;
    for (const { node, cluster, dayStart, span } of nodeDays(source, window)) {
      const has = (name: Parameters<Samples['hasFault']>[0]) =>
        samples.hasFault(name, node.slot, dayStart);
      const end = dayStart + lastPricedHour * hour;
      const priced = has('prices-stop') ? overlap(span, { start: dayStart, end }) : span;
      if (!priced) continue;
      const labels = {
        cluster_id: has('cluster-typo') ? misspelledCluster(cluster.id) : cluster.id,
        node: node.name,
        instance: node.name,
        provider_id: node.providerID,
      };
      const value = samples.hasDayFault('all-free', dayStart) ? 0 : price(node);
      yield { labels, value, spans: [priced] };
      if (has('duplicate-node')) {
        const second = { ...labels, provider_id: secondProviderID(node) };
        yield { labels: second, value, spans: [priced] };
      }
    }
  };
}

function containerSeries(value: (cores: number) => number): Generate {
  return function* (source, window) {
    const { world, samples } = source;
    for (const { node, cluster, dayStart, span } of nodeDays(source, window)) {
      if (!samples.hasWorkloads(cluster, dayStart)) continue;
      const isRenamed = samples.hasFault('node-renamed', node.slot, dayStart);
      for (const podSlot of world.pods(node.slot)) {
        for (const pod of podsIn(podSlot, node, span)) {
          const runs = overlap(pod, span);
          if (!runs) continue;
          for (const container of podSlot.workload.containers) {
            const labels = {
              cluster_id: cluster.id,
              node: isRenamed ? nodeAddress(node) : node.name,
              namespace: podSlot.workload.namespace,
              pod: podName(podSlot, node, pod.generation),
              container,
            };
            yield { labels, value: value(podSlot.cores), spans: [runs] };
          }
        }
      }
    }
  };
}

function volumeSeries(value: (volume: { price: number; bytes: number }) => number): Generate {
  return function* ({ world }, window) {
    for (const cluster of world.clusters) {
      for (const slot of world.slots(cluster)) {
        for (const volume of volumesOf(slot)) {
          const labels = { cluster_id: cluster.id, persistentvolume: volume.name };
          yield { labels, value: value(volume), spans: [window] };
        }
      }
    }
  };
}
