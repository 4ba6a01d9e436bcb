import { describe, expect, test } from 'vitest';
import { excerpt, serverSentence } from '../../src/kubecost/server-text.ts';

const prometheus = 'http://prometheus.example:9090/api/v1/query';
const query =
  'sum(increase(container_network_bytes_total{pod!=\\"\\", }[1d:5m])) by (pod, namespace)';

describe('the cause of an error message stays visible', () => {
  test.each([
    [
      'behind the request that failed',
      `Error: computing allocation: Post "${prometheus}?query=${encodeURIComponent(query)}&time=1": dial tcp 10.1.2.3:9090: connect: connection refused`,
      'connect: connection refused',
    ],
    [
      'before the query that failed',
      `Request Error: query error: 'Post "${prometheus}?query=x": dial tcp: lookup prometheus.example: no such host' fetching query '${query}'`,
      "no such host'",
    ],
    [
      'in the body of the answer of Prometheus',
      `query context error Errors:\nRequest Error: Communication error: 503 (Service Unavailable) URL: '${prometheus}?query=x&time=1', Body: '{"status":"error","error":"query timed out in expression evaluation"}' Query: '${query}'\nfor Query: ${query}`,
      'query timed out in expression evaluation',
    ],
    [
      'on the second line',
      'Error getting assets\nfailed to query: context deadline exceeded',
      'context deadline exceeded',
    ],
    [
      'at the end of a long text',
      `error ${'while doing one thing, '.repeat(40)}: no space left on device`,
      'no space left on device',
    ],
  ])('%s', (_, text, cause) => {
    const sentence = serverSentence(text);
    expect(sentence).toContain(cause);
    expect(sentence).not.toContain('increase(');
    expect(sentence).not.toContain('\n');
    expect(sentence.length).toBeLessThanOrEqual(230);
  });

  test('a short message is kept as it is', () => {
    expect(serverSentence('unknown field controller')).toBe('unknown field controller');
  });
});

test('an excerpt is one line without control characters', () => {
  expect(excerpt('a\u001b[31m\n\tb\u202ec')).toBe('a [31m b c');
  expect(excerpt('x'.repeat(500))).toHaveLength(161);
});
