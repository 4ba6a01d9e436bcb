/** A hash salt per kind of random decision, so that no two decisions are correlated. */
export const salt = {
  cluster: 1,
  node: 2,
  nodeLife: 3,
  workload: 4,
  pod: 5,
  podLife: 6,
  container: 7,
  volume: 8,
  balancer: 9,
  bill: 10,
  network: 11,
  cloud: 12,
  pipeline: 13,
  http: 14,
  sampling: 15,
  repair: 16,
} as const;
