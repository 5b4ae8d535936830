type Defined<T> = { [K in keyof T]?: NonNullable<T[K]> };

/** The members that are there: exactOptionalPropertyTypes tells a missing member from an undefined or null one. */
export function definedFields<T extends object>(fields: T): Defined<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value != null)) as Defined<T>;
}
