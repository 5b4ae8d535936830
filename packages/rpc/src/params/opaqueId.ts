import { z } from "zod";

/** Id of a filter or subscription: any string, of which few are known. */
export const opaqueId = z.string("want an id");
