export async function startDemo(
  _o: object,
  _d: object,
): Promise<{ url: string; close(): Promise<void> }> {
  throw new Error('x');
}
