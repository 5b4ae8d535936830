import { defineAdminMethod } from "../adminMethod.js";

export const adminDatadir = defineAdminMethod("admin_datadir", [], ({ admin }) => admin.dataDir);
