import type { Span } from '../../time.ts';
import type { Node } from '../world/nodes.ts';
import type { Pod, PodSlot } from '../world/pods.ts';

/** A pod with the span it ran on a node within the set. */
export interface PodRun {
  readonly podSlot: PodSlot;
  /** The node the pod was scheduled on. */
  readonly home: Node;
  readonly pod: Pod;
  readonly span: Span;
}
