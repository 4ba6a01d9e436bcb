/** RFC 3339 in UTC to the second, of milliseconds since 1970; years 0000 to 9999. */
export function momentText(ms: number): string {
  return `${new Date(Math.floor(ms / 1000) * 1000).toISOString().slice(0, 19)}Z`;
}
