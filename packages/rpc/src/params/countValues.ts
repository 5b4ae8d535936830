/** Members and elements within a parsed JSON value, up to `max` + 1: nobody needs to know how many more there are. */
export function countValues(value: unknown, max: number): number {
  if (typeof value !== "object" || value === null) return 0;
  const members = Array.isArray(value) ? value : Object.values(value);
  let count = members.length;
  for (const member of members) {
    if (count > max) return max + 1;
    count += countValues(member, max - count);
  }
  return count;
}
