/** A time in the text of a fact: `2026-11-23 06:48`, in UTC. */
export function clockText(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
}
