import { readFile, writeFile } from "node:fs/promises";
import type { Cluster } from "@causeway/devnet/cluster";
import type { NodeConfigFile } from "@causeway/node/config/nodeConfig";
import { TcpProxy } from "./tcpProxy.js";

/** A proxy for each ordered pair of validators: all that they say to each other goes through these links. */
export class LinkMesh {
  private constructor(
    /** By dialling and listening validator, from 1. */
    private readonly links: ReadonlyMap<number, ReadonlyMap<number, TcpProxy>>,
  ) {}

  /** Put links before the validators of a cluster that has its files and is not started. */
  static async between(cluster: Cluster): Promise<LinkMesh> {
    const numbers = cluster.validators.map((_, i) => i + 1);
    const links = new Map<number, ReadonlyMap<number, TcpProxy>>();
    for (const dialler of numbers) {
      const others = numbers.filter((i) => i !== dialler);
      const proxies = await Promise.all(
        others.map((i) => TcpProxy.before(cluster.ports.p2p[i - 1] as number)),
      );
      links.set(dialler, new Map(others.map((i, index) => [i, proxies[index] as TcpProxy])));
    }
    const mesh = new LinkMesh(links);
    for (const dialler of numbers) await mesh.redirect(cluster, dialler);
    return mesh;
  }

  /** Bytes that have passed between all validators, both directions, since the links were made. */
  get passedBytes(): number {
    return this.all().reduce((sum, { passed }) => sum + passed.forth + passed.back, 0);
  }

  /** Close what connects validators of different groups, and keep it so. */
  partition(...groups: readonly (readonly number[])[]): void {
    this.across(groups, (link) => link.cut());
  }

  /** Between validators of different groups nothing arrives any more, and nobody is told. */
  silence(...groups: readonly (readonly number[])[]): void {
    this.across(groups, (link) => {
      link.stall("forth");
      link.stall("back");
    });
  }

  /** What `from` says to `to` stays on the way; the answers' direction works. */
  stall(from: readonly number[], to: readonly number[]): void {
    this.oneWay(from, to, (link, direction) => link.stall(direction));
  }

  /** What `from` says to `to` arrives later. */
  delay(from: readonly number[], to: readonly number[], delayMs: number): void {
    this.oneWay(from, to, (link, direction) => link.delay(direction, delayMs));
  }

  heal(): void {
    for (const link of this.all()) link.heal();
  }

  async close(): Promise<void> {
    await Promise.all(this.all().map((link) => link.close()));
  }

  private all(): TcpProxy[] {
    return [...this.links.values()].flatMap((links) => [...links.values()]);
  }

  private link(dialler: number, listener: number): TcpProxy {
    const link = this.links.get(dialler)?.get(listener);
    if (link === undefined) throw new Error(`no link from validator ${dialler} to validator ${listener}`);
    return link;
  }

  private across(groups: readonly (readonly number[])[], hurt: (link: TcpProxy) => void): void {
    for (const [index, group] of groups.entries()) {
      for (const other of groups.filter((_, i) => i !== index).flat())
        for (const member of group) hurt(this.link(member, other));
    }
  }

  /** Two validators have a link each: what one says goes forth on its own and back on the other's. */
  private oneWay(
    from: readonly number[],
    to: readonly number[],
    hurt: (link: TcpProxy, direction: "forth" | "back") => void,
  ): void {
    for (const sender of from) {
      for (const receiver of to.filter((i) => i !== sender)) {
        hurt(this.link(sender, receiver), "forth");
        hurt(this.link(receiver, sender), "back");
      }
    }
  }

  /** Validator `dialler` knows the others by their links only. */
  private async redirect(cluster: Cluster, dialler: number): Promise<void> {
    const path = cluster.path(`node-${dialler}/config.json`);
    const config = JSON.parse(await readFile(path, "utf8")) as NodeConfigFile;
    const bootPeers = config.p2p.bootPeers?.map((address) => {
      const port = Number(/\/tcp\/(\d+)\//.exec(address)?.[1]);
      const listener = cluster.ports.p2p.indexOf(port) + 1;
      return address.replace(`/tcp/${port}/`, `/tcp/${this.link(dialler, listener).port}/`);
    });
    await writeFile(path, JSON.stringify({ ...config, p2p: { ...config.p2p, bootPeers } }, null, 2));
  }
}
