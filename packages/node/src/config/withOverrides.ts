/** Settings by name, groups of settings by the group's name. */
export interface Overrides {
  readonly [setting: string]: Overrides | string | number | readonly string[] | null;
}

/** A config as read from its file with single settings replaced; the groups they are in are made where they are missing. */
export function withOverrides(config: unknown, overrides: Overrides): unknown {
  if (Object.keys(overrides).length === 0) return config;
  const given = isGroup(config) ? config : {};
  const replaced = Object.entries(overrides).map(([name, value]) => [
    name,
    isGroup(value) ? withOverrides(given[name], value) : value,
  ]);
  return { ...given, ...Object.fromEntries(replaced) };
}

function isGroup<T>(value: T): value is T & Overrides {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
