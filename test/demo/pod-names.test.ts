import { expect, test } from 'vitest';
import { nodesIn } from '../../src/demo/world/nodes.ts';
import { podName, podsIn } from '../../src/demo/world/pods.ts';
import { makeWorld } from '../../src/demo/world/world.ts';

const day = { start: Date.UTC(2026, 10, 23), end: Date.UTC(2026, 10, 24) };

test('no two pods of a day have the same name in a cluster, however large it is', () => {
  const world = makeWorld({ seed: 1, clusters: 1, nodes: 15_000, pods: 30_000 });
  for (const cluster of world.clusters) {
    const names = new Set<string>();
    let pods = 0;
    for (const slot of world.slots(cluster)) {
      for (const podSlot of world.pods(slot)) {
        if (podSlot.workload.kind === 'statefulset') continue;
        for (const node of nodesIn(slot, day)) {
          for (const { generation } of podsIn(podSlot, node, day)) {
            names.add(podName(podSlot, node, generation));
            pods++;
          }
        }
      }
    }
    expect(pods).toBeGreaterThan(10_000);
    expect(names.size).toBe(pods);
  }
});
