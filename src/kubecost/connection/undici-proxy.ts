/** The parts of undici that only a forward proxy needs; see undici-parts.d.ts. */
export { default as connectThrough } from 'undici/lib/api/api-connect.js';
export { default as Pool } from 'undici/lib/dispatcher/pool.js';
export { default as ProxyAgent } from 'undici/lib/dispatcher/proxy-agent.js';
