import type { ImageViewerCommand, ImageViewerTraits } from "../contract";
import { defineWidget } from "../shared/widget";
import css from "./style.css";
import { ImageView } from "./view";

export default defineWidget<ImageViewerTraits, ImageViewerCommand>("image_viewer", css, (view) => {
  new ImageView(view).start();
});
