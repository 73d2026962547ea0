/** Makes the programs of these tests use the plugin. */
import "pulumi-scaleway-interlink/plugin";
