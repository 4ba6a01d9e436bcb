// undici's index loads its fetch, WebSocket and cache, which kc-etl never uses; these parts do
// without them and save a third of the start-up.
declare module 'undici/lib/dispatcher/agent.js' {
  const agent: { default: typeof import('undici').Agent };
  export default agent.default;
}

declare module 'undici/lib/dispatcher/proxy-agent.js' {
  const agent: { default: typeof import('undici').ProxyAgent };
  export default agent.default;
}

declare module 'undici/lib/dispatcher/pool.js' {
  const pool: { default: typeof import('undici').Pool };
  export default pool.default;
}

declare module 'undici/lib/api/api-connect.js' {
  const connect: import('undici').Dispatcher['connect'];
  export default connect;
}

declare module 'undici/lib/api/api-request.js' {
  import type { Dispatcher } from 'undici';

  function request(
    this: Dispatcher,
    options: Dispatcher.RequestOptions,
  ): Promise<Dispatcher.ResponseData>;
  export default request;
}

declare module 'undici/lib/core/connect.js' {
  const connect: typeof import('undici').buildConnector;
  export default connect;
}
