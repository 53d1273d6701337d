"""A volume driver of Cinder without a disk array behind it: volumes are records."""

from cinder import interface
from cinder.volume import driver


@interface.volumedriver
class DisklessDriver(driver.VolumeDriver):
    VERSION = "1.0"

    def do_setup(self, context):
        pass

    def check_for_setup_error(self):
        pass

    def create_volume(self, volume):
        return {}

    def delete_volume(self, volume):
        pass

    def _update_volume_stats(self):
        pool = {
            "pool_name": "fake",
            "total_capacity_gb": 1000,
            "free_capacity_gb": 1000,
            "reserved_percentage": 0,
            "multiattach": True,
        }
        self._stats = {
            "volume_backend_name": "fake",
            "vendor_name": "none",
            "driver_version": self.VERSION,
            "storage_protocol": "iSCSI",
            "pools": [pool],
        }

    def ensure_export(self, context, volume):
        pass

    def create_export(self, context, volume, connector):
        pass

    def remove_export(self, context, volume):
        pass

    def initialize_connection(self, volume, connector, **kwargs):
        return {"driver_volume_type": "iscsi", "data": {"target_lun": 1, "volume_id": volume.id}}

    def terminate_connection(self, volume, connector, **kwargs):
        pass

    def clone_image(self, context, volume, image_location, image_meta, image_service):
        return {}, True
