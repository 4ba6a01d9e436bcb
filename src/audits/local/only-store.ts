import type { CostRequest } from '../../costs/requests.ts';
import { isVirtualNode } from '../../costs/virtual-nodes.ts';
import type { AuditWindow } from './audit-window.ts';
import type { Neighbours } from './missing-windows.ts';
import { hasLiveNode } from './presence.ts';
import { contentOf } from './usability.ts';

/**
 * Why a window is incomplete: one of the two stores has rows of it, the other none, and no neighbours
 * decide whether it is missing there. Null where that is not so.
 */
export function onlyStoreReason(window: AuditWindow, { before, after }: Neighbours): string | null {
  const isDecided = window.activeTypes.includes('CheckMissingWindow') && before !== false;
  if (isDecided && after !== false) return null;
  const isEmpty = (request: CostRequest) => {
    const content = contentOf(window.response(request));
    return content === 'none' || content === 'empty';
  };
  const { input } = window;
  const { allocations } = input;
  const runsOnNodes = [...allocations.nodes()].some(([, node]) => !isVirtualNode(node));
  if (isEmpty('assets') && allocations.workloads > 0 && runsOnNodes) {
    return 'the server has no assets for this window, though it has allocations';
  }
  return isEmpty('allocations') && hasLiveNode(input)
    ? 'the server has no allocations for this window, though it has assets of nodes'
    : null;
}
