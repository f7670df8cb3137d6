/* Land and ports as a layer of MapLibre: one list of triangles, one of shores, one of points, on the card from the beginning.
 *
 * MapLibre would cut the outlines into tiles in its worker, for every step of zoom anew, and draw each tile's mask, fill and edge.  Ours are a few
 * thousand positions, which without a graphics card are drawn sooner than they are cut: in the bench of the map a frame of a drag takes
 * a sixth less of the machine so, and the first picture does not wait for the worker.  The sea is the page's own
 * background.
 */
import earcut from "earcut";
import { makeProgram, mercator, moved, RESTART } from "./tracks_layer.js";

const PORTS_FROM = 4;           /* zoom */

const vertex = `#version 300 es
precision highp float;
in vec2 a;
uniform mat4 m; uniform float size;
void main() {
        gl_Position = m * vec4(a, 0., 1.);
        gl_PointSize = size;
}`;

const fragment = `#version 300 es
precision mediump float;
uniform vec3 colour; uniform float round;
out vec4 o;
void main() {
        if (round > 0. && length(gl_PointCoord - .5) > .5) discard;
        o = vec4(colour, 1.);
}`;

/* From the service's GeoJSON, relative to middle, for the digits that a float has. */
export function packLand(coast, middle) {
        const at = [], triangles = [], shores = [], ports = [];
        const place = p => { const [x, y] = mercator(p); at.push(x - middle[0], y - middle[1]); return at.length / 2 - 1; };
        for (const f of coast.features) {
                if (f.geometry.type === "Point") { ports.push(place(f.geometry.coordinates)); continue; }
                const flat = [], holes = [], base = at.length / 2;
                f.geometry.coordinates.forEach((ring, i) => {
                        if (i) holes.push(flat.length / 2);
                        for (const p of ring) {
                                shores.push(place(p));
                                flat.push(at[at.length - 2], at[at.length - 1]);
                        }
                        shores.push(RESTART);
                });
                for (const i of earcut(flat, holes)) triangles.push(base + i);
        }
        return { middle, at: Float32Array.from(at), lists: [triangles, shores, ports].map(list => Uint32Array.from(list)) };
}

const rgb = hex => [1, 3, 5].map(i => parseInt(hex.slice(i, i + 2), 16) / 255);

export class LandLayer {
        constructor(packed, colours) { Object.assign(this, { id: "land", type: "custom", renderingMode: "2d", packed, colours }); }

        onAdd(map, gl) {
                this.map = map;
                this.program = makeProgram(gl, vertex, fragment);
                this.uniform = Object.fromEntries(["m", "size", "colour", "round"].map(name => [name, gl.getUniformLocation(this.program, name)]));
                this.array = gl.createVertexArray();
                gl.bindVertexArray(this.array);
                this.buffer = gl.createBuffer();
                gl.bindBuffer(gl.ARRAY_BUFFER, this.buffer);
                gl.bufferData(gl.ARRAY_BUFFER, this.packed.at, gl.STATIC_DRAW);
                gl.enableVertexAttribArray(0);
                gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 8, 0);
                this.lists = this.packed.lists.map(list => {
                        const buffer = gl.createBuffer();
                        gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, buffer);
                        gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, list, gl.STATIC_DRAW);
                        return buffer;
                });
                gl.bindVertexArray(null);
        }

        onRemove(map, gl) {
                for (const b of [this.buffer, ...this.lists]) gl.deleteBuffer(b);
                gl.deleteVertexArray(this.array);
                gl.deleteProgram(this.program);
        }

        render(gl, args) {
                const u = this.uniform, c = this.colours(), kinds = [[gl.TRIANGLES, c.land], [gl.LINE_STRIP, c.shore], [gl.POINTS, c.port]];
                gl.useProgram(this.program);
                gl.bindVertexArray(this.array);
                gl.uniformMatrix4fv(u.m, false, moved(args.defaultProjectionData.mainMatrix, ...this.packed.middle));
                gl.uniform1f(u.size, 4 * (devicePixelRatio || 1));
                gl.disable(gl.DEPTH_TEST);
                gl.disable(gl.STENCIL_TEST);
                gl.disable(gl.BLEND);
                kinds.forEach(([kind, colour], i) => {
                        const count = this.packed.lists[i].length;
                        if (!count || kind === gl.POINTS && this.map.getZoom() < PORTS_FROM) return;
                        gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, this.lists[i]);
                        gl.uniform3fv(u.colour, rgb(colour));
                        gl.uniform1f(u.round, kind === gl.POINTS ? 1 : 0);
                        gl.drawElements(kind, count, gl.UNSIGNED_INT, 0);
                });
                gl.bindVertexArray(null);
        }
}
