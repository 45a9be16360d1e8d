# ملف المريض.
chart-tab-synthesis = الخلاصة
chart-tab-problems = المشاكل والحساسيات
chart-tab-medicines = الأدوية
chart-tab-results = النتائج
chart-tab-days = النتائج حسب اليوم
chart-tab-stays = الإقامات والزيارات
chart-tab-documents = الوثائق
chart-tab-care = الفريق واللقاحات
chart-tab-alerts = التنبيهات
# i18n: same
chart-tab-raw = FHIR
chart-all = عرض الكل
chart-cut = اللائحة أطول من هذا: لا يظهر هنا كل شيء.
chart-print = طباعة
chart-printed = فُتحت الصفحة في { $when } من طرف { $who }. ما تغيّر بعد ذلك قد لا يظهر فيها.
chart-in-error = أُدخل خطأً
chart-preliminary = مؤقت
chart-required = إلزامي
chart-choose = اختر…
chart-older = الأقدم
chart-newest = العودة إلى الأحدث
chart-more = المزيد

chart-problems-active = المشاكل الحالية
chart-problems-none = لا مشكلة حالية مسجلة.
chart-problems-over = السوابق
chart-problems-over-none = لا سوابق مسجلة.
chart-problem-unsure = للتأكيد
chart-problem-refuted = مستبعد
chart-allergies = الحساسيات وعدم التحمل
chart-allergies-not-asked = لم يُسأل عنها بعد. اسأل المريض قبل أي وصفة.
chart-allergy-over = سابقة
chart-allergy-high = خطر مرتفع

chart-medicines-running = العلاج الحالي
chart-medicines-none = لا علاج حالي مسجل.
chart-medicines-over = العلاجات السابقة
chart-medicines-over-none = لا علاج سابق مسجل.
chart-medicine-held = معلق
chart-medicine-stopped = موقوف
chart-medicine-draft = مسودة

chart-results-last = آخر النتائج
chart-results-none = لا توجد نتائج.
chart-result = الفحص
chart-value = القيمة
chart-range = المرجع
chart-course = التطور
chart-when = متى
chart-note = ملاحظة
chart-back-results = كل النتائج
chart-trend-said = منحنى قيم الجدول أسفله
chart-category-signs = العلامات الحيوية
chart-category-laboratory = التحاليل
chart-category-examination = الفحوص والسلالم
chart-category-imaging = التصوير
chart-category-social = نمط العيش
chart-category-other = أخرى
chart-flag-very-low = منخفض جدا
chart-flag-low = منخفض
chart-flag-high = مرتفع
chart-flag-very-high = مرتفع جدا
chart-flag-abnormal = غير طبيعي

chart-stays-none = لا إقامة ولا زيارة.
chart-class-ambulatory = فحص طبي
chart-class-emergency = مستعجلات
chart-class-inpatient = استشفاء
chart-class-day = مستشفى النهار
chart-class-home = بالمنزل
chart-class-remote = فحص عن بعد
chart-class-other = زيارة
chart-stay-planned = مبرمج
chart-stay-running = جارٍ
chart-stay-leave = في إجازة
chart-stay-cancelled = ملغى
chart-stay-facts = هذه الإقامة
chart-stay-moves = الأماكن
chart-stay-no-moves = لا مكان مسجل.
chart-stay-here = هنا الآن
chart-stay-with = مع
chart-stay-site = المؤسسة
chart-stay-class = النوع
chart-stay-source = المصدر
chart-stay-exit = الخروج
chart-stay-priority = الأولوية
chart-acts = الأعمال الطبية
chart-reports = التقارير

chart-documents-none = لا توجد وثائق.
chart-document = وثيقة
chart-document-open = فتح

chart-team = فريق العلاج
chart-team-none = لا فريق مسجل.
chart-team-own-doctor = الطبيب المعالج
chart-relatives = الأقارب
chart-relatives-none = لا قريب مسجل.
chart-vaccines = اللقاحات
chart-vaccines-none = لا لقاح مسجل.
chart-vaccine-dose = الجرعة { $dose }
chart-vaccine-lot = الدفعة { $lot }
chart-vaccine-not-given = لم يُعطَ

chart-alerts-running = التنبيهات السارية
chart-alerts-none = لا تنبيه سارٍ.
chart-alerts-over = التنبيهات المنتهية
chart-alerts-over-none = لا تنبيه منتهٍ.
chart-alert-new = تنبيه جديد
chart-alert-kind = نوع التنبيه
chart-alert-text = ما يجب أن يعلمه الجميع
chart-alert-hint = سطر واحد، يظهر في الشريط على كل صفحات هذا المريض.
chart-alert-save = إضافة التنبيه إلى { $name }
chart-alert-end = إنهاء
chart-alert-end-of = إنهاء هذا التنبيه للمريض { $name }
chart-alert-reason = لماذا لم يعد قائما
chart-alert-safety = السلامة
chart-alert-clinical = سريري
chart-alert-contact = العزل
chart-alert-behavioral = السلوك
chart-alert-diet = التغذية
chart-alert-admin = إداري
chart-alert-kind-missing = اختر نوع التنبيه.
chart-alert-text-missing = اكتب ما يجب أن يعلمه الجميع.
chart-alert-text-long = النص أطول من أن يسعه الشريط: 120 حرفا على الأكثر.
chart-alert-reason-missing = اذكر سبب إنهاء التنبيه.
chart-draft-back = مأخوذ من مسودتك على الساعة { $time }
chart-draft-keep = حفظ المسودة
chart-draft-kept = حُفظت المسودة على الساعة %
chart-draft-lost = لم تُحفظ بعد: الخادم لا يجيب

chart-raw-count = { $n ->
    [one] مورد واحد
    [two] موردان
    [few] { $n } موارد
   *[other] { $n } موردا
}
chart-raw-type = النوع
chart-raw-all = الكل
chart-raw-show = عرض
chart-raw-none = لا مورد من هذا النوع.
chart-raw-id = المعرف
chart-raw-version = النسخة
chart-raw-version-n = النسخة { $n }
chart-raw-recorded = تاريخ التسجيل
chart-raw-versions = النسخ
chart-raw-here = معروضة
chart-raw-deleted = محذوفة
chart-raw-changed = ما الذي تغير
chart-raw-between = من النسخة { $from } إلى النسخة { $to }
chart-raw-gone = حُذف:
chart-raw-new = أُضيف:

chart-code-attending = الطبيب المسؤول
chart-code-takes-part = مشارك في العلاج
chart-code-emergency = استعجال
chart-code-urgent = عاجل
chart-code-elective = مبرمج
chart-code-routine = عادي
chart-code-from-emergency = المستعجلات
chart-code-from-doctor = موجه من طبيبه
chart-code-to-home = المنزل
chart-code-died = وفاة
chart-code-husband = الزوج
chart-code-wife = الزوجة
chart-code-father = الأب
chart-code-mother = الأم
chart-code-child = ابن أو ابنة
chart-code-son = الابن
chart-code-daughter = الابنة
chart-code-brother = الأخ
chart-code-sister = الأخت
chart-code-guardian = الوصي

# Values, flags and curves
chart-cancelled = ملغى
chart-flag-very-abnormal = غير طبيعي جدا
chart-systolic = انقباضي
chart-diastolic = انبساطي
chart-value-yes = نعم
chart-value-no = لا
chart-value-curve = { $n ->
    [one] منحنى من نقطة واحدة
    [two] منحنى من نقطتين
    [few] منحنى من { $n } نقاط
   *[other] منحنى من { $n } نقطة
}
chart-trend-left-out = { $n ->
    [one] نتيجة واحدة من الجدول ليست في المنحنى، أو ليست كاملة فيه: وحدة أخرى أو قيمة غير دقيقة.
    [two] نتيجتان من الجدول ليستا في المنحنى، أو ليستا كاملتين فيه: وحدة أخرى أو قيمة غير دقيقة.
    [few] { $n } نتائج من الجدول ليست في المنحنى، أو ليست كاملة فيه: وحدة أخرى أو قيمة غير دقيقة.
   *[other] { $n } نتيجة من الجدول ليست في المنحنى، أو ليست كاملة فيه: وحدة أخرى أو قيمة غير دقيقة.
}

# States
chart-until = إلى غاية { $when }
chart-status-unknown = الحالة غير معروفة
chart-not-done = لم يُنجز
chart-medicines-never = لا تُعطى
chart-medicine-never = لا يُعطى
chart-medicine-intended = مبرمج
chart-medicine-not-taken = لم يؤخذ
chart-allergy-refuted = مستبعدة
chart-acts-none = لا عمل طبي مسجل.
chart-act-preparation = قيد التحضير
chart-act-stopped = تمت مقاطعته
chart-document-superseded = تم تعويضها
chart-document-amended = معدلة
chart-document-elsewhere = محفوظة في مكان آخر:
chart-raw-order = حسب ترتيب آخر تسجيل، من الأقدم إلى الأحدث.
chart-allergy-add = إضافة حساسية
chart-allergy-none = لا حساسية معروفة
chart-problem-add = إضافة مشكلة صحية
chart-allergies-known = توجد حساسيات مسجلة: أنهها أو استبعدها أولا.
chart-document-add = إضافة وثيقة
chart-document-strike = الشطب من هذا الملف
chart-document-why = لم يشطب شيء: اذكر السبب في 300 حرف على الأكثر.
