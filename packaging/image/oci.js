import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { cache, sha256 } from '../paths.js';
import { tar } from './tar.js';

/**
 * @typedef {{ mediaType: string, digest: string, size: number }} Descriptor
 * @typedef {object} Image
 * @property {string} architecture
 * @property {Descriptor} config
 * @property {Descriptor} manifest
 * @property {readonly Descriptor[]} layers
 * @property {ReadonlyMap<string, Uint8Array>} blobs by digest
 */

const types = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
};

/**
 * An image of an architecture: each layer is given by its entries.
 *
 * @param {{ architecture: string, created: string, config: object, layers: readonly (readonly import('./tar.js').Entry[])[] }} parts
 * @returns {Image}
 */
export function image({ architecture, created, config, layers }) {
  /** @type {Map<string, Uint8Array>} */
  const blobs = new Map();
  /** @param {string} mediaType @param {Uint8Array} data */
  const blob = (mediaType, data) => {
    const digest = `sha256:${sha256(data)}`;
    blobs.set(digest, data);
    return { mediaType, digest, size: data.length };
  };
  const archives = layers.map((entries) => tar(entries));
  const packed = archives.map((archive) => blob(types.layer, compressed(archive)));
  const configBlob = blob(
    types.config,
    json({
      architecture,
      os: 'linux',
      created,
      config,
      rootfs: { type: 'layers', diff_ids: archives.map((archive) => `sha256:${sha256(archive)}`) },
      history: packed.map(() => ({ created, created_by: 'npm run package' })),
    }),
  );
  const manifest = blob(
    types.manifest,
    json({ schemaVersion: 2, mediaType: types.manifest, config: configBlob, layers: packed }),
  );
  return { architecture, config: configBlob, manifest, layers: packed, blobs };
}

/**
 * Entries of an OCI layout of images that are one image for several architectures.
 *
 * @param {readonly Image[]} images
 * @param {string} reference name and tag
 */
export function ociLayout(images, reference) {
  const manifests = images.map(({ manifest, architecture }) => ({
    ...manifest,
    platform: { architecture, os: 'linux' },
  }));
  const index = json({ schemaVersion: 2, mediaType: types.index, manifests });
  const digest = `sha256:${sha256(index)}`;
  return {
    digest,
    entries: [
      ...layoutEntries({
        mediaType: types.index,
        digest,
        size: index.length,
        annotations: { 'org.opencontainers.image.ref.name': reference },
      }),
      { path: blobPath(digest), content: index },
      ...blobEntries(images),
    ],
  };
}

/**
 * Entries of an archive that `docker load` and `podman load` read. It is no OCI layout: podman would take
 * the image's name from there, which has no place for it.
 *
 * @param {Image} one
 * @param {string} reference name and tag
 */
export function dockerArchive({ config, layers, blobs }, reference) {
  const content = json([
    {
      Config: blobPath(config.digest),
      RepoTags: [reference],
      Layers: layers.map(({ digest }) => blobPath(digest)),
    },
  ]);
  const files = [config, ...layers].map(({ digest }) => ({
    path: blobPath(digest),
    content: blobs.get(digest) ?? '',
  }));
  return [
    { path: 'blobs/' },
    { path: 'blobs/sha256/' },
    ...files,
    { path: 'manifest.json', content },
  ];
}

/** @param {Descriptor & { annotations: Record<string, string> }} top */
function layoutEntries(top) {
  return [
    { path: 'blobs/' },
    { path: 'blobs/sha256/' },
    { path: 'oci-layout', content: json({ imageLayoutVersion: '1.0.0' }) },
    {
      path: 'index.json',
      content: json({ schemaVersion: 2, mediaType: types.index, manifests: [top] }),
    },
  ];
}

/** @param {readonly Image[]} images */
function blobEntries(images) {
  const blobs = new Map(images.flatMap((one) => [...one.blobs]));
  return [...blobs].map(([digest, content]) => ({ path: blobPath(digest), content }));
}

const blobPath = (/** @type {string} */ digest) => `blobs/${digest.replace(':', '/')}`;
const json = (/** @type {unknown} */ value) => Buffer.from(JSON.stringify(value));

/**
 * A layer's compressed form. Compressing Node's binary takes ten seconds, so it is kept by the digest of what
 * was compressed.
 *
 * @param {Buffer} archive
 */
function compressed(archive) {
  const path = join(cache, 'layers', `${sha256(archive)}.${process.versions.zlib}.gz`);
  if (existsSync(path)) return readFileSync(path);
  const data = gzipSync(archive, { level: 6 });
  mkdirSync(join(cache, 'layers'), { recursive: true });
  writeFileSync(path, data);
  return data;
}
