/**
 * Where releases are published, from `repository` in package.json. Without one, an address that cannot
 * exist (RFC 2606) is used: the manifest can be tested, and not be published by mistake.
 *
 * @param {{ name: string, repository?: string | { url: string } }} packageJson
 */
export function releaseUrl({ repository }) {
  const given = typeof repository === 'string' ? repository : repository?.url;
  const [, path] = /^(?:git\+)?(?:https:\/\/|github:)?(.*?)(?:\.git)?$/.exec(given ?? '') ?? [];
  const homepage = !path
    ? 'https://repository.invalid/kc-etl'
    : `https://${path.includes('.') ? '' : 'github.com/'}${path}`;
  return { homepage, downloads: `${homepage}/releases/download`, isSet: Boolean(path) };
}
