// undici's index loads its fetch, WebSocket and cache, which kc-etl never uses; these parts do
// without them and save a third of the start-up.
declare module 'undici/lib/dispatcher/agent.js' {
  const agent: { default: typeof import('undici').Agent };
  export default agent.default;
}

declare module 'undici/lib/api/api-request.js' {
  import type { Dispatcher } from 'undici';

  function request(
    this: Dispatcher,
    options: Dispatcher.RequestOptions,
  ): Promise<Dispatcher.ResponseData>;
  export default request;
}
