import { choice, choices, flag, integer, type OptionSet } from '../config/option.ts';

// filled when the embedded Kubecost is merged
export const demoOptions = {} satisfies OptionSet;
void choice;
void choices;
void flag;
void integer;
