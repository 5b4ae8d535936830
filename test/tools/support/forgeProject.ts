import { cp, mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { repositoryRoot } from "../../support/repositoryRoot.js";

/** A copy of test/tools/forge below `parent`, set up for the compiler from npm. */
export async function makeForgeProject(parent: string): Promise<string> {
  const project = await mkdtemp(join(parent, "causeway-forge-"));
  await cp(join(repositoryRoot, "test/tools/forge"), project, { recursive: true });
  await cp(join(repositoryRoot, "contracts/bin/solc"), join(project, "solc"));
  await writeFile(
    join(project, "foundry.toml"),
    '[profile.default]\nsolc = "./solc"\noffline = true\nauto_detect_remappings = false\n',
  );
  return project;
}
