/**
 * A path as the most lenient server reads it: percent escapes decoded until none is left, backslashes as
 * slashes, without empty segments, `.` segments, matrix parameters (`;v=1`) and blanks around a segment.
 * Null where it has `..` segments or is not UTF-8, so that nobody knows where it leads.
 *
 * Only for decisions about a path; requests are sent as they were asked for.
 */
export function canonicalSegments(pathname: string): string[] | null {
  const segments = decoded(pathname)
    .replaceAll('\\', '/')
    .split('/')
    .map((segment) => trimmed(segment.split(';', 1)[0] ?? ''))
    .filter((segment) => segment !== '' && segment !== '.');
  return segments.some((segment) => segment === '..' || segment.includes('\ufffd'))
    ? null
    : segments;
}

/** The canonical path without the API's own beginning, in lower case: `/cloudcost/status`. */
export function canonicalPath(pathname: string): string {
  const segments = (canonicalSegments(pathname) ?? []).map((segment) => segment.toLowerCase());
  while (segments[0] === 'model') segments.shift();
  return `/${segments.join('/')}`;
}

/** Whether the response of a path describes cloud accounts, whose `config` may hold their credentials. */
export function holdsConfig(pathname: string): boolean {
  return /\/cloudcost\/status$/.test(canonicalPath(pathname));
}

/** `%252e` and the like are undone until nothing changes, as a chain of proxies might; compatibility forms too. */
function decoded(path: string): string {
  let text = path;
  for (;;) {
    const next = text.replace(/(%[0-9a-f]{2})+/gi, (escapes) =>
      Buffer.from(escapes.replaceAll('%', ''), 'hex').toString('utf8'),
    );
    // each round is shorter than the one before
    if (next === text) return text.normalize('NFKC');
    text = next;
  }
}

function trimmed(segment: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a server may cut them off
  return segment.replace(/^[\s\x00-\x1f]+|[\s\x00-\x1f]+$/g, '');
}
