// The notices of the packages that are in the bundle, and a list of them for scanners (an SBOM).
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import license from 'rollup-plugin-license';
import packageJson from '../package.json' with { type: 'json' };

/**
 * Rolldown plugin that writes `THIRD-PARTY-NOTICES.txt` and `sbom.cdx.json` next to the bundle. It lists
 * what the bundle contains: a package of which nothing was included is in neither.
 *
 * @param {string} folder the bundle's directory
 */
export function thirdParty(folder) {
  return license({
    thirdParty: {
      includeSelf: false,
      multipleVersions: true,
      output: [
        { file: join(folder, 'THIRD-PARTY-NOTICES.txt'), template: notices },
        {
          file: join(folder, 'sbom.cdx.json'),
          template: (packages) => `${JSON.stringify(sbom(packages), null, 2)}\n`,
        },
      ],
    },
  });
}

/** @typedef {import('rollup-plugin-license').Dependency} Package */

/** @param {Package[]} packages */
function notices(packages) {
  const sections = sorted(packages).map((one) => {
    const text = one.licenseText ?? one.noticeText;
    if (!one.license || !text) throw new Error(`${one.name} ${one.version} states no license`);
    const home = repositoryOf(one);
    return [
      `${one.name} ${one.version} (${one.license})`,
      ...(home === undefined ? [] : [home]),
      '',
      text.trim(),
      ...(one.noticeText && one.noticeText !== text ? ['', one.noticeText.trim()] : []),
    ].join('\n');
  });
  const rule = `\n\n${'-'.repeat(80)}\n\n`;
  return `kc-etl contains the following packages.${rule}${sections.join(rule)}\n`;
}

/**
 * CycloneDX 1.6, without times and random numbers: the same bundle has the same SBOM.
 *
 * @param {Package[]} packages
 */
function sbom(packages) {
  const self = purlOf(packageJson);
  const components = sorted(packages).map((one) => {
    const home = repositoryOf(one);
    return {
      type: 'library',
      'bom-ref': purlOf(one),
      name: one.name,
      version: one.version,
      hashes: hashesOf(one),
      licenses: [{ license: { id: one.license } }],
      purl: purlOf(one),
      ...(home === undefined ? {} : { externalReferences: [{ type: 'vcs', url: home }] }),
    };
  });
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: {
        type: 'application',
        'bom-ref': self,
        name: packageJson.name,
        version: packageJson.version,
        description: packageJson.description,
        licenses: [{ license: { id: packageJson.license } }],
        purl: self,
      },
    },
    components,
    dependencies: [{ ref: self, dependsOn: components.map(({ purl }) => purl) }],
  };
}

/** @param {Package[]} packages */
function sorted(packages) {
  return [...packages].sort((a, b) => (purlOf(a) < purlOf(b) ? -1 : 1));
}

/** @param {{ name: string | null, version: string | null }} one */
function purlOf({ name, version }) {
  return `pkg:npm/${String(name).replace('@', '%40')}@${version}`;
}

/** @param {Package} one */
function repositoryOf({ repository }) {
  const url = typeof repository === 'string' ? repository : repository?.url;
  if (!url) return undefined;
  if (/^[\w.-]+\/[\w.-]+$/.test(url)) return `https://github.com/${url}`;
  return url.replace(/^git\+/, '').replace(/^git:/, 'https:');
}

const lock = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8'));

/**
 * The checksum of a package's tarball, as package-lock.json records it. A package may be there in two
 * versions, the second below the package that needs it.
 *
 * @param {Package} one
 */
function hashesOf({ name, version }) {
  const entry = Object.entries(lock.packages).find(
    ([path, locked]) => path.endsWith(`node_modules/${name}`) && locked.version === version,
  );
  const [, base64] = /^sha512-(.*)$/.exec(entry?.[1].integrity) ?? [];
  if (base64 === undefined) throw new Error(`package-lock.json has no ${name} ${version}`);
  return [{ alg: 'SHA-512', content: Buffer.from(base64, 'base64').toString('hex') }];
}
