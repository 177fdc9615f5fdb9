/** `{ min, max }`: the description has to be there, and as long as a reader needs. Counted in characters, without its ends. */
import { isMapping, type MakeRule } from './rule-function.ts';

export const descriptionLength: MakeRule =
  ({ followed }) =>
  (value, { min, max }, path) => {
    if (!isMapping(value)) return [];
    const { description } = value;
    const place = followed.locate([...path, 'description']);
    if (typeof description !== 'string' || description.trim() === '') {
      return [{ message: 'has no description', place }];
    }
    const { length } = [...description.trim()];
    if (length >= Number(min) && length <= Number(max)) return [];
    return [{ message: `has a description of ${length} characters, expected ${min} to ${max}`, place }];
  };
