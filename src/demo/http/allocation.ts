import { allocationKey } from '../build/aggregates.ts';
import type { Allocation } from '../build/allocation.ts';
import type { Kubecost } from '../kubecost.ts';
import {
  type AllocationQuestion,
  accumulateAllocations,
  answerAllocations,
} from '../query/allocations.ts';
import type { Stores } from '../stores.ts';
import { allocationWriter } from './allocation-json.ts';
import { allocationFilter } from './filter.ts';
import { flag, type Page, page } from './params.ts';
import { envelope, HttpError, type HttpRequest, type HttpResponse, textError } from './reply.ts';
import { type Step, stepsOf } from './steps.ts';
import { requiredWindow } from './window.ts';

/** `GET /allocation` (and `/allocation/compute`): sets of rows, made while they are sent. */
export function allocation({ params, now }: HttpRequest, kubecost: Kubecost): HttpResponse {
  const { face, stores } = kubecost;
  const question = allocationQuestion(params, kubecost);
  const steps = stepsOf(requiredWindow(params, now), params, kubecost, now);
  if (!steps.some(hasAllocations)) return envelope([face.noData]);
  const write = allocationWriter(face);
  const dropsEmpty = !face.reconciles && question.filter !== null;
  return envelope(
    setsJson(steps, { stores, question, page: page(params, face), dropsEmpty, write }),
  );
}

interface Writing {
  readonly stores: Stores;
  readonly question: AllocationQuestion;
  readonly page: Page;
  /** OpenCost leaves out what a filter has emptied. */
  readonly dropsEmpty: boolean;
  readonly write: ReturnType<typeof allocationWriter>;
}

function* setsJson(steps: readonly Step[], writing: Writing): Generator<string> {
  yield '[';
  let between = '';
  for (const step of steps) {
    let comma = '';
    for (const row of writing.page(rowsOf(writing.stores, step, writing.question))) {
      yield `${comma === '' ? `${between}{` : comma}${JSON.stringify(row.name)}:${writing.write(row, step.window)}`;
      comma = ',';
    }
    if (comma === '' && writing.dropsEmpty) continue;
    yield comma === '' ? `${between}{}` : '}';
    between = ',';
  }
  yield ']';
}

function hasAllocations({ sets }: Step): boolean {
  return sets.some((set) => set.allocations !== 'missing');
}

/** The rows of a step; of several sets, added up by name. */
export function rowsOf(
  stores: Stores,
  { sets }: Step,
  question: AllocationQuestion,
): Iterable<Allocation> {
  const [only, ...others] = sets;
  if (!only) return [];
  if (others.length === 0) return answerAllocations(stores, only, question);
  return accumulateAllocations(
    sets.map((set) => answerAllocations(stores, set, question)),
  ).values();
}

/**
 * The parameters in the words of the face; those it does not know are not looked at.
 * @throws Refusal for a property that allocations do not have, and for a filter that is none
 */
export function allocationQuestion(
  params: URLSearchParams,
  { face }: Pick<Kubecost, 'face'>,
): AllocationQuestion {
  const kubecost = face.reconciles;
  return {
    aggregate: params.getAll('aggregate').flatMap((text) =>
      text
        .split(',')
        .filter((property) => property !== '')
        .map((property) => {
          const key = allocationKey(property);
          if (key) return { property, key };
          throw new HttpError(
            textError(400, `Invalid 'aggregate' parameter: unrecognized: ${property}`),
          );
        }),
    ),
    idle: kubecost ? flag(params, 'idle', true) : flag(params, 'includeIdle', false),
    splitIdle: kubecost && flag(params, 'splitIdle', false),
    idleByNode: flag(params, 'idleByNode', false),
    shareIdle: flag(params, 'shareIdle', false),
    reconcile: !kubecost || flag(params, 'reconcile', true),
    shareTenancyCosts: kubecost && flag(params, 'shareTenancyCosts', true),
    filter: allocationFilter(params, face.oldFilters),
  };
}
