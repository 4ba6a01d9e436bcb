/** The parts of undici that kc-etl needs; see undici-parts.d.ts. */
export { default as request } from 'undici/lib/api/api-request.js';
export { default as Agent } from 'undici/lib/dispatcher/agent.js';
