import type { Finding } from '../../diagnosis/schema.ts';
import { moneyText } from './amounts.ts';
import { briefCount, type Field, textField } from './field.ts';

type FindingObject = Finding['objects'][number] | NonNullable<Finding['object']>;

/** What a finding is about; several objects are rows with their amounts. */
export function objectFields(
  { object, objects, objectCount, title }: Finding,
  full: boolean,
): Field[] {
  if (object !== null) {
    const place = placeField(object, title);
    return [...(place === null ? [] : [place]), ...(full ? detailFields(object) : [])];
  }
  if (objects.length === 0) return [];
  const shown = full ? objects : objects.slice(0, briefCount);
  const clusters = new Set(objects.map(({ cluster }) => cluster));
  const [cluster] = clusters;
  const rest = objectCount - shown.length;
  return [
    ...(clusters.size === 1 && cluster ? [textField('cluster', cluster)] : []),
    {
      label: 'objects',
      texts: [],
      rows: [
        ...shown.map((one): [string, string] => [
          objectText(one, clusters.size > 1, full),
          one.amount === null ? 'unknown' : moneyText(one.amount, true),
        ]),
        ...(rest > 0 ? [[`and ${rest} more${full ? '' : ' (-o wide)'}`, ''] as const] : []),
      ],
    },
  ];
}

/** Where an object is, with its name unless the title has it; null where nothing is known. */
function placeField(object: NonNullable<Finding['object']>, title: string): Field | null {
  const { kind, cluster, name, providerID, namespace } = object;
  const parts = [
    ...(cluster === null ? [] : [cluster]),
    ...(title.includes(name) ? [] : [cluster === null ? name : `${kind} ${name}`]),
    ...(providerID === null ? [] : [`providerID ${providerID}`]),
    ...(namespace === null ? [] : [`namespace ${namespace}`]),
  ];
  if (parts.length === 0) return null;
  return textField(cluster === null ? kind : 'cluster', parts.join(', '));
}

function objectText(object: FindingObject, withCluster: boolean, full: boolean): string {
  const isNamed = withCluster && object.cluster !== null && object.kind !== 'cluster';
  const name = isNamed ? `${object.cluster}/${object.name}` : object.name;
  const resource = object.details['resource'];
  const details = full ? detailsText(object) : resource === undefined ? '' : String(resource);
  const id = full && object.providerID !== null ? ` (${object.providerID})` : '';
  return `${name}${id}${details === '' ? '' : ` ${details}`}`;
}

function detailsText({ details }: FindingObject): string {
  return Object.entries(details)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}

function detailFields(object: FindingObject): Field[] {
  const details = detailsText(object);
  return details === '' ? [] : [textField('details', details)];
}
