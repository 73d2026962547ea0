/** Programs of these tests choose the plugin. */
import "pulumi-scaleway-interlink/plugin";
